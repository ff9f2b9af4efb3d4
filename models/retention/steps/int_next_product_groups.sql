-- One row per portfolio × product × group in whose one half more hold the product than among all clients there: the
-- few that are looked at again in the other half.
{{ config(materialized='table') }}
{%- set half_minimum = var('min_target_group_size') // 2 %}
{#- More groups of one product would be looked at again without anybody in them whom the first do not hold. #}
{%- set groups_of_a_product = 3 %}

with neighbours as (
    select * from {{ ref('int_product_neighbours') }}
),

whole as (
    select * from neighbours
    where attribute_1 = 'all'
),

-- What holders surely leave with is not offered.
findings as (
    select * from {{ ref('churn_by_product') }}
    where finding = 'higher'
),

bounded as (
    select
        neighbours.*,
        whole.other_client_count as whole_client_count,
        whole.other_holder_count as whole_holder_count,
        {{ wilson_bound('neighbours.half_holder_count', 'neighbours.half_client_count', 'low') }} as half_low,
        cast(whole.half_holder_count as double) / whole.half_client_count as half_base_share
    from neighbours
    inner join whole on neighbours.portfolio = whole.portfolio and neighbours.product_code = whole.product_code
    left join findings
        on neighbours.portfolio = findings.portfolio and neighbours.product_code = findings.product_code
    where
        neighbours.attribute_1 <> 'all'
        and neighbours.half_client_count >= {{ half_minimum }}
        and neighbours.other_client_count >= {{ half_minimum }}
        and whole.half_client_count > 0
        and findings.product_code is null
),

placed as (
    select
        *,
        row_number() over (
            partition by portfolio, product_code
            order by half_low desc, attribute_1 asc, value_1 asc, attribute_2 asc, value_2 asc
        ) as place
    from bounded
    where half_low > half_base_share
),

chosen as (
    select * from placed
    where place <= {{ groups_of_a_product }}
),

final as (
    select
        portfolio,
        product_code,
        cast(place as integer) as place,
        attribute_1,
        value_1,
        attribute_2,
        value_2,
        other_client_count as client_count,
        other_holder_count as holder_count,
        whole_client_count,
        whole_holder_count,
        cast(count(*) over (partition by portfolio) as bigint) as comparison_count
    from chosen
)

select * from final
