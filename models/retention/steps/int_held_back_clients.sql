-- One row per portfolio × client id not to be contacted now: asked never to be, was contacted a short while ago, or is in the control
-- group of a running campaign.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.long_lines,convention.casting_style
{{ config(materialized='table') }}
{%- set columns = ['portfolio', 'client_id', 'contacted_on'] %}
{%- set location = env_var('BANK_CHURN_DO_NOT_CONTACT', '') | trim %}
{#- Where a bank's extracts are of no day, the pause is counted back from the day of the build. #}
{%- set today = "coalesce(" ~ snapshot_date_of('portfolio') ~ ", cast('" ~ run_started_at.strftime('%Y-%m-%d') ~ "' as date))" %}
{%- set plans = campaign_plans() %}
{%- if execute and location %}
    {%- set files = files_at(location) %}
    {%- if files | length != 1 %}
        {%- do stop_build('BANK_CHURN_DO_NOT_CONTACT: no file at ' ~ location ~ '. Give the path of one csv file.') %}
    {%- endif %}
    {%- set header = csv_header(files[0]) %}
    {%- if header.columns | map('lower') | list != columns %}
        {%- do stop_build(files[0] ~ ' has the columns ' ~ header.columns | join(', ') ~ '; it must have '
            ~ columns | join(', ') ~ ', in this order.') %}
    {%- endif %}
{%- endif %}
-- depends_on: {{ ref('campaign_members') }}

with listed as (
    {%- if execute and location %}
    select * from {{ csv_texts(files[0], header.separator, columns) }} as texts
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as client_id,
        cast(null as {{ dbt.type_string() }}) as contacted_on
    where false
    {%- endif %}
),

read as (
    select
        trim(portfolio) as portfolio,
        trim(client_id) as client_id,
        nullif(trim(contacted_on), '') as contacted_on_text,
        try_cast(nullif(trim(contacted_on), '') as date) as contacted_on
    from listed
),

-- Without a day the client is never to be contacted.
asked as (
    select
        portfolio,
        client_id,
        case
            when count(*) = count(contacted_on_text) then 'contacted_recently' else 'do_not_contact'
        end as why,
        max(contacted_on) as contacted_on,
        min(
            case when contacted_on_text is not null and contacted_on is null then contacted_on_text end
        ) as unreadable_day
    from read
    where
        contacted_on_text is null
        or contacted_on is null
        or {{ dbt.datediff('contacted_on', today, 'day') }} < {{ var('contact_pause_days') }}
    group by portfolio, client_id
),

-- Without a file of contacts all calls count as made on the first day.
campaigns as (
    {%- for plan in plans %}
    {%- set day = 'contacted_on' if files_at(plan.folder ~ '/contacted.csv') else 'coalesce(contacted_on, starts_on)' %}
    select
        portfolio,
        client_id,
        case when arm = 'control' then 'control_group' else 'contacted_recently' end as why,
        case when arm = 'treated' then {{ day }} end as contacted_on
    from {{ ref('campaign_members') }}
    where
        campaign = '{{ plan.asked.campaign }}'
        and (
            {{ 'arm = ' ~ "'control'" ~ ' and measured_on is null' if var('hold_back_control_groups') else '1 = 0' }}
            or (
                arm = 'treated'
                and {{ dbt.datediff(day, today, 'day') }} < {{ var('contact_pause_days') }}
            )
        )
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as client_id,
        cast(null as {{ dbt.type_string() }}) as why,
        cast(null as date) as contacted_on
    where 1 = 0
    {%- endfor %}
),

every_reason as (
    select
        portfolio,
        client_id,
        why,
        contacted_on,
        unreadable_day
    from asked
    union all
    select
        portfolio,
        client_id,
        why,
        contacted_on,
        cast(null as {{ dbt.type_string() }}) as unreadable_day
    from campaigns
),

-- Of several reasons the one that holds longest.
final as (
    select
        portfolio,
        client_id,
        case
            when max(case when why = 'do_not_contact' then 1 else 0 end) = 1 then 'do_not_contact'
            when max(case when why = 'control_group' then 1 else 0 end) = 1 then 'control_group'
            else 'contacted_recently'
        end as why,
        max(contacted_on) as contacted_on,
        min(unreadable_day) as unreadable_day
    from every_reason
    group by portfolio, client_id
)

select * from final
