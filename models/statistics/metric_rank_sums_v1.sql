-- One row per portfolio × cleaning scenario × comparison of two groups: rank sums with ties.
{%- set scenarios = cleaning_scenarios() %}
with comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side <> 'many'
),

-- A client's placement: how many of the other group are below, an equal one counting half.
placed as (
    select
        {%- for scenario in scenarios %}
        all_{{ scenario }} - b_{{ scenario }} as a_{{ scenario }},
        b_{{ scenario }},
        all_{{ scenario }} as tied_{{ scenario }},
        up_to_b_{{ scenario }} - b_{{ scenario }} / 2e0 as placement_a_{{ scenario }},
        up_to_all_{{ scenario }} - up_to_b_{{ scenario }} - (all_{{ scenario }} - b_{{ scenario }}) / 2e0
            as placement_b_{{ scenario }},
        {%- endfor %}
        comparison_number
    from {{ ref('int_value_ranks') }}
    where not is_of_many
),

summed as (
    {%- for scenario in scenarios %}
    {%- set a, b, tied = 'a_' ~ scenario, 'b_' ~ scenario, 'tied_' ~ scenario %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        cast(sum({{ a }}) as bigint) as n_a,
        cast(sum({{ b }}) as bigint) as n_b,
        sum({{ a }} * placement_{{ a }}) as placement_sum_a,
        sum({{ a }} * placement_{{ a }} * placement_{{ a }}) as placement_square_sum_a,
        sum({{ b }} * placement_{{ b }}) as placement_sum_b,
        sum({{ b }} * placement_{{ b }} * placement_{{ b }}) as placement_square_sum_b,
        sum({{ tied }} * {{ tied }} * {{ tied }} - {{ tied }}) as tie_term
    from placed
    group by comparison_number
    having sum({{ tied }}) > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        comparisons.portfolio,
        summed.cleaning_scenario,
        comparisons.comparison_id,
        summed.n_a,
        summed.n_b,
        summed.placement_sum_a,
        summed.placement_square_sum_a,
        summed.placement_sum_b,
        summed.placement_square_sum_b,
        summed.tie_term,
        {{ data_origin_of('comparisons.portfolio') }} as data_origin
    from summed
    inner join comparisons on summed.comparison_number = comparisons.comparison_number
)

select * from final
