{#
  CTEs `looks`, `seen` and `ended`: the rows of the CTE `asked` with `has_left`, whether the person has left by `outcome_date`: churned in
  any snapshot after the day in the column `since`, or gone from that one; whether being gone without a word counts is a setting, as in
  `client_flow`. Takes CTEs `snapshots` and `persons`, and in `dates` the pairs of days that are asked for.
#}
{% macro left_by(asked, dates, since) -%}
looks as (
    select distinct
        {{ dates }}.portfolio,
        {{ dates }}.{{ since }},
        {{ dates }}.outcome_date,
        snapshots.period_end as look_date
    from {{ dates }}
    inner join snapshots
        on
            {{ dates }}.portfolio = snapshots.portfolio
            and {{ dates }}.{{ since }} < snapshots.period_end
            and {{ dates }}.outcome_date >= snapshots.period_end
),

seen as (
    select
        asked.portfolio,
        asked.{{ since }},
        asked.outcome_date,
        asked.person_id,
        max(case when later.is_churned then 1 else 0 end) as has_churned,
        max(case when later.snapshot_date = asked.outcome_date then 1 else 0 end) as is_there
    from {{ asked }} as asked
    inner join looks
        on
            asked.portfolio = looks.portfolio
            and asked.{{ since }} = looks.{{ since }}
            and asked.outcome_date = looks.outcome_date
    inner join persons as later
        on
            looks.portfolio = later.portfolio
            and looks.look_date = later.snapshot_date
            and asked.person_id = later.person_id
    group by asked.portfolio, asked.{{ since }}, asked.outcome_date, asked.person_id
),

ended as (
    select
        asked.*,
        coalesce(seen.has_churned, 0) = 1
        {%- if var('disappeared_counts_as_leaving') %}
        or coalesce(seen.is_there, 0) = 0
        {%- endif %} as has_left
    from {{ asked }} as asked
    left join seen
        on
            asked.portfolio = seen.portfolio
            and asked.{{ since }} = seen.{{ since }}
            and asked.outcome_date = seen.outcome_date
            and asked.person_id = seen.person_id
)
{%- endmacro %}
