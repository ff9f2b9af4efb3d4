-- One row per portfolio × cleaning scenario × comparison of many groups × group: its rank sum among all of them.
{%- set scenarios = cleaning_scenarios() %}
with ranked_values as (
    select * from {{ ref('int_ranked_values') }}
    where side = 'many'
),

comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side = 'many'
),

value_ranks as (
    select * from {{ ref('int_value_ranks') }}
    where is_of_many
),

-- Equal values share the mean of their ranks, and each of their clients its part of the tie term.
ranked as (
    select
        {%- for scenario in scenarios %}
        cast(ranked_values.{{ scenario }} as double) as {{ scenario }},
        value_ranks.all_{{ scenario }} as tied_{{ scenario }},
        value_ranks.up_to_all_{{ scenario }} - (value_ranks.all_{{ scenario }} - 1) / 2e0 as mid_rank_{{ scenario }},
        {%- endfor %}
        ranked_values.comparison_number,
        ranked_values.group_value
    from ranked_values
    inner join value_ranks
        on
            ranked_values.comparison_number = value_ranks.comparison_number
            and ranked_values.bucket = value_ranks.bucket
            and ranked_values.metric_value = value_ranks.metric_value
),

summed as (
    {%- for scenario in scenarios %}
    {%- set tied = 'tied_' ~ scenario %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        group_value,
        cast(sum({{ scenario }}) as bigint) as client_count,
        sum({{ scenario }} * mid_rank_{{ scenario }}) as rank_sum,
        sum({{ scenario }} * ({{ tied }} * {{ tied }} - 1)) as own_tie_term
    from ranked
    group by comparison_number, group_value
    having sum({{ scenario }}) > 0
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
        summed.group_value,
        summed.client_count,
        summed.rank_sum,
        sum(summed.own_tie_term) over (
            partition by summed.comparison_number, summed.cleaning_scenario
        ) as tie_term,
        {{ data_origin_of('comparisons.portfolio') }} as data_origin
    from summed
    inner join comparisons on summed.comparison_number = comparisons.comparison_number
)

select * from final
