-- One row per portfolio × cleaning scenario × metric × group × value: how many clients. For metrics with few values.
with value_counts as (
    select * from {{ ref('int_metric_value_counts') }}
)

select
    *,
    {{ data_origin_of('portfolio') }} as data_origin
from value_counts
