-- One row per campaign: its arms as the files hold them, and whether the split is still the one that was planned.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines,structure.column_order
{{ config(materialized='table') }}
{%- set follows = has_months() and campaign_plans() %}
{%- set attributes = [] %}
{%- for attribute in supplied_attributes()
    if not attribute.is_additional and not attribute.required and attribute.form != 'category' %}
{%- do attributes.append(attribute) %}
{%- endfor %}
{%- if has_months() %}
-- depends_on: {{ ref('client_history') }}
{%- endif %}
with plans as (
    select * from {{ ref('int_campaign_plans') }}
),

sums as (
    select * from {{ ref('int_campaign_sums') }}
),

members as (
    select * from {{ ref('campaign_members') }}
),

counted as (
    select
        portfolio,
        campaign,
        {%- for arm in ['treated', 'control'] %}
        {%- for column in ['member_count', 'contacted_count', 'disappeared_count', 'client_count'] %}
        coalesce(sum(case when arm = '{{ arm }}' then {{ column }} end), 0) as {{ arm }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        sum(broken_count) as broken_count
    from sums
    group by portfolio, campaign
),

{% if follows -%}
-- What is known of the clients from before: it must not depend on the arm.
described as (
    select
        members.portfolio,
        members.campaign,
        members.arm,
        {%- for attribute in attributes %}
        {%- if attribute.form == 'yes_no' %}
        cast(case when history.{{ attribute.name }} then 1 when not history.{{ attribute.name }} then 0 end as double)
            as {{ attribute.name }},
        {%- else %}
        cast(history.{{ attribute.name }} as double) as {{ attribute.name }},
        {%- endif %}
        {%- endfor %}
        members.churn_probability
    from members
    inner join {{ ref('client_history') }} as history
        on
            members.portfolio = history.portfolio
            and members.client_key = history.client_key
            and members.baseline_date = history.snapshot_date
),

compared as (
    {%- for name in attributes | map(attribute='name') | list + ['churn_probability'] %}
    select
        portfolio,
        campaign,
        '{{ name }}' as attribute,
        (
            avg(case when arm = 'treated' then {{ name }} end) - avg(case when arm = 'control' then {{ name }} end)
        ) / nullif(sqrt(
            var_samp(case when arm = 'treated' then {{ name }} end)
            / nullif(count(case when arm = 'treated' then {{ name }} end), 0)
            + var_samp(case when arm = 'control' then {{ name }} end)
            / nullif(count(case when arm = 'control' then {{ name }} end), 0)
        ), 0) as imbalance
    from described
    group by portfolio, campaign
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
{%- else -%}
compared as (
    select
        portfolio,
        campaign,
        cast(null as {{ dbt.type_string() }}) as attribute,
        cast(null as double) as imbalance
    from members
    where 1 = 0
),
{%- endif %}

ranked as (
    select
        *,
        row_number() over (partition by portfolio, campaign order by abs(imbalance) desc, attribute asc) as place
    from compared
    where imbalance is not null
),

-- How far the control group is from its share, in standard errors of a coin: of clients whose outcome is known, if any is.
rated as (
    select
        plans.portfolio,
        plans.campaign,
        coalesce(counted.treated_member_count, 0) as treated_count,
        coalesce(counted.control_member_count, 0) as control_count,
        coalesce(counted.treated_contacted_count, 0) as contacted_count,
        coalesce(counted.control_contacted_count, 0) as control_contacted_count,
        coalesce(counted.treated_disappeared_count + counted.control_disappeared_count, 0) as disappeared_count,
        coalesce(counted.broken_count, 0) as broken_count,
        case when plans.measured_on is null then counted.control_member_count else counted.control_client_count end
            as control_seen,
        case
            when plans.measured_on is null then counted.treated_member_count + counted.control_member_count
            else counted.treated_client_count + counted.control_client_count
        end as seen,
        cast(plans.planned_control_count as double) / (plans.planned_treated_count + plans.planned_control_count)
            as planned_share
    from plans
    left join counted on plans.portfolio = counted.portfolio and plans.campaign = counted.campaign
),

final as (
    select
        rated.portfolio,
        rated.campaign,
        cast(rated.treated_count as bigint) as treated_count,
        cast(rated.control_count as bigint) as control_count,
        cast(rated.contacted_count as bigint) as contacted_count,
        cast(rated.control_contacted_count as bigint) as control_contacted_count,
        cast(rated.disappeared_count as bigint) as disappeared_count,
        cast(rated.broken_count as bigint) as broken_count,
        (rated.control_seen - rated.seen * rated.planned_share)
        / nullif(sqrt(rated.seen * rated.planned_share * (1 - rated.planned_share)), 0) as ratio_deviation,
        ranked.attribute as most_unequal_attribute,
        ranked.imbalance as largest_imbalance
    from rated
    left join ranked
        on rated.portfolio = ranked.portfolio and rated.campaign = ranked.campaign and ranked.place = 1
)

select * from final
