-- One row per portfolio × client id not to be contacted now: asked never to be, or was contacted a short while ago.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.long_lines,convention.casting_style
{{ config(materialized='table') }}
{%- set columns = ['portfolio', 'client_id', 'contacted_on'] %}
{%- set location = env_var('BANK_CHURN_DO_NOT_CONTACT', '') | trim %}
{#- Where the extracts name no day, the pause is counted back from the day of the build. #}
{%- set today = "cast('" ~ run_started_at.strftime('%Y-%m-%d') ~ "' as date)"
    if var('snapshot_date') ~ '' == '1970-01-01' else snapshot_date() %}
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
final as (
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
)

select * from final
