-- One row per campaign: what was planned, and the first snapshot at or after its end, where there is one.
{{ config(materialized='table') }}
{%- set plans = campaign_plans() %}
{%- set follows = plans and has_months() %}
{%- if has_months() %}
-- depends_on: {{ ref('snapshots') }}
{%- endif %}
with planned as (
    {%- for plan in plans %}
    select
        '{{ plan.asked.portfolio }}' as portfolio,
        '{{ plan.asked.campaign }}' as campaign,
        '{{ escape_quotes(plan.asked.offer) }}' as offer,
        '{{ escape_quotes(plan.asked.group) }}' as target_group,
        cast('{{ plan.starts_on }}' as date) as starts_on,
        cast('{{ plan.ends_on }}' as date) as ends_on,
        cast({{ plan.asked.horizon_days }} as integer) as horizon_days,
        cast({{ plan.asked.control_share }} as double) as control_share,
        cast({{ plan.contact_cost }} as double) as contact_cost,
        cast({{ plan.assumed_kept_share }} as double) as assumed_kept_share,
        cast({{ plan.expected_leaving }} as double) as expected_leaving,
        cast({{ plan.treated_count }} as bigint) as planned_treated_count,
        cast({{ plan.control_count }} as bigint) as planned_control_count,
        cast({{ plan.in_other_campaigns }} as bigint) as in_other_campaigns_count,
        cast({{ plan.contacted_recently }} as bigint) as contacted_recently_count,
        cast({{ plan.do_not_contact }} as bigint) as do_not_contact_count,
        cast({{ plan.smallest_kept_share if plan.smallest_kept_share is defined else 'null' }} as double)
            as smallest_kept_share,
        cast({{ plan.smallest_kept_share_pooled if plan.smallest_kept_share_pooled is defined else 'null' }} as double)
            as smallest_kept_share_pooled,
        {{ 'true' if files_at(plan.folder ~ '/contacted.csv') else 'false' }} as has_contacts
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as campaign,
        cast(null as {{ dbt.type_string() }}) as offer,
        cast(null as {{ dbt.type_string() }}) as target_group,
        cast(null as date) as starts_on,
        cast(null as date) as ends_on,
        cast(null as integer) as horizon_days,
        cast(null as double) as control_share,
        cast(null as double) as contact_cost,
        cast(null as double) as assumed_kept_share,
        cast(null as double) as expected_leaving,
        cast(null as bigint) as planned_treated_count,
        cast(null as bigint) as planned_control_count,
        cast(null as bigint) as in_other_campaigns_count,
        cast(null as bigint) as contacted_recently_count,
        cast(null as bigint) as do_not_contact_count,
        cast(null as double) as smallest_kept_share,
        cast(null as double) as smallest_kept_share_pooled,
        cast(null as boolean) as has_contacts
    where 1 = 0
    {%- endfor %}
),

{% if follows -%}
measured as (
    select
        planned.portfolio,
        planned.campaign,
        min(snapshots.snapshot_date) as measured_on
    from planned
    inner join {{ ref('snapshots') }} as snapshots
        on planned.portfolio = snapshots.portfolio and planned.ends_on <= snapshots.snapshot_date
    group by planned.portfolio, planned.campaign
),
{%- else -%}
measured as (
    select
        portfolio,
        campaign,
        cast(null as date) as measured_on
    from planned
),
{%- endif %}

final as (
    select
        planned.*,
        measured.measured_on
    from planned
    left join measured on planned.portfolio = measured.portfolio and planned.campaign = measured.campaign
)

select * from final
