-- One row per portfolio × cleaning scenario × metric × group × stratum: n, mean and sample variance.
with moments as (
    select * from {{ ref('int_metric_moments') }}
)

select
    *,
    {{ data_origin_of('portfolio') }} as data_origin
from moments
