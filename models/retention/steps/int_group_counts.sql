-- One row per portfolio × conjunction of one, two or three conditions on the searched attributes: its counts, and those
-- of a random half of the clients. A rule reads attribute=value;attribute=value.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

{#- Every choice of one, two or three places: a number that is repeated stands for a condition less. #}
{%- set places = range(1, [attribute_names('search') | length, var('max_searched_attributes')] | min + 1) | list %}
{%- set choices = [] %}
{%- for first in places %}
{%- for second in places if second >= first %}
{%- for third in places if third > second or third == second == first %}
{%- do choices.append([first, second, third] | unique | list) %}
{%- endfor %}
{%- endfor %}
{%- endfor %}
with cells as (
    select * from {{ ref('churn_cells') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

searched as (
    select
        searched_attributes.portfolio,
        searched_attributes.attribute,
        attributes.made_of,
        row_number() over (
            partition by searched_attributes.portfolio order by searched_attributes.attribute_order
        ) as place
    from {{ ref('int_searched_attributes') }} as searched_attributes
    inner join attributes on searched_attributes.attribute = attributes.attribute
    where searched_attributes.is_searched
),

-- Which attribute stands in which place differs between portfolios.
named as (
    select
        {%- for place in places %}
        max(case when place = {{ place }} then attribute end) as name_{{ place }},
        max(case when place = {{ place }} then made_of end) as made_of_{{ place }},
        {%- endfor %}
        portfolio
    from searched
    group by portfolio
),

placed as (
    select
        {%- for place in places %}
        case named.name_{{ place }}
            {%- for attribute in attribute_names('search') %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as value_{{ place }},
        {%- endfor %}
        cells.portfolio,
        cells.client_count,
        cells.known_churn_count,
        cells.churned_count,
        cells.half_known_churn_count,
        cells.half_churned_count
    from cells
    inner join named on cells.portfolio = named.portfolio
),

counted as (
    select
        portfolio,
        {%- for place in places %}
        value_{{ place }},
        grouping(value_{{ place }}) as is_any_{{ place }},
        {%- endfor %}
        cast(sum(client_count) as bigint) as all_client_count,
        cast(sum(known_churn_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count,
        cast(sum(half_known_churn_count) as bigint) as half_client_count,
        cast(sum(half_churned_count) as bigint) as half_churned_count
    from placed
    group by grouping sets ( -- noqa: PRS
        {%- for choice in choices %}
        (portfolio, value_{{ choice | join(', value_') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
),

-- A semicolon separates conditions, so one within a value is written otherwise. A place that is empty is unknown, too.
worded as (
    select
        counted.portfolio,
        concat_ws(
            ';'
            {%- for place in places %},
            case
                when counted.is_any_{{ place }} = 0
                    then coalesce(
                        named.name_{{ place }} || '=' || replace(counted.value_{{ place }}, ';', '%3B'), '=unknown'
                    )
            end
            {%- endfor %}
        ) as rule,
        {%- for place in places %}
        {{ '+ ' if not loop.first }}1 - counted.is_any_{{ place }}
        {%- endfor %} as condition_count,
        counted.all_client_count,
        counted.client_count,
        counted.churned_count,
        counted.half_client_count,
        counted.half_churned_count
    from counted
    inner join named on counted.portfolio = named.portfolio
    -- What is made of one attribute never stands together: the balance's band says already whether there is a balance.
    where
        true
        {%- for first in places %}
        {%- for second in places if second > first %}
        and not (
            counted.is_any_{{ first }} + counted.is_any_{{ second }} = 0
            and named.made_of_{{ first }} = named.made_of_{{ second }}
        )
        {%- endfor %}
        {%- endfor %}
)

select * from worded
where rule not like '%=unknown%'
