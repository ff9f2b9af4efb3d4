{#
  A query that describes a number in the groups of an attribute, from the clients themselves, with the answer of a registered
  hypothesis beside it. `condition` says which clients are meant.
#}
{% macro groups_compared(metric, attribute, condition, hypothesis_id) -%}
with clients as (
    select * from {{ ref('clients') }}
    where {{ condition }}
),

answers as (
    select * from {{ ref('hypothesis_results') }}
    where hypothesis_id = '{{ hypothesis_id }}'
),

described as (
    select
        portfolio,
        {{ attribute }},
        count({{ metric }}) as client_count,
        avg(cast({{ metric }} as double)) as mean_{{ metric }},
        median({{ metric }}) as median_{{ metric }},
        stddev_samp(cast({{ metric }} as double)) as standard_deviation
    from clients
    group by portfolio, {{ attribute }}
),

final as (
    select
        described.*,
        answers.verdict,
        answers.difference,
        answers.ci_low as difference_ci_low,
        answers.ci_high as difference_ci_high,
        answers.p_value_adjusted,
        answers.conclusion_ru,
        answers.conclusion_en
    from described
    inner join answers on described.portfolio = answers.portfolio
)

select * from final
order by portfolio, {{ attribute }}
{%- endmacro %}
