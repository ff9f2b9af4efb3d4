-- One row per campaign × client: the arm, who was contacted, and, once the campaign is over, who has left.
{%- set plans = campaign_plans() %}
{%- set follows = plans and has_months() %}
{%- if has_months() %}
-- depends_on: {{ ref('client_history') }}
{%- endif %}
with plans as (
    select * from {{ ref('int_campaign_plans') }}
),

listed as (
    {%- for plan in plans %}
    {%- for arm in ['treated', 'control'] %}
    select
        '{{ plan.asked.portfolio }}' as portfolio,
        '{{ plan.asked.campaign }}' as campaign,
        '{{ arm }}' as arm,
        trim(client_key) as client_key,
        trim(client_id) as client_id,
        trim(risk_band) as risk_band,
        cast(nullif(trim(churn_probability), '') as double) as churn_probability,
        coalesce(cast(nullif(trim(value), '') as double), 0e0) as client_value,
        case trim(risk_band)
            {%- for stratum, threshold in plan.thresholds.items() %}
            when '{{ stratum }}' then '{{ threshold }}'
            {%- endfor %}
        end as threshold
    from {{ campaign_texts(
        plan.folder ~ '/' ~ arm ~ '.csv', ['client_key', 'client_id', 'risk_band', 'churn_probability', 'value']
    ) }} as texts
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as campaign,
        cast(null as {{ dbt.type_string() }}) as arm,
        cast(null as {{ dbt.type_string() }}) as client_key,
        cast(null as {{ dbt.type_string() }}) as client_id,
        cast(null as {{ dbt.type_string() }}) as risk_band,
        cast(null as double) as churn_probability,
        cast(null as double) as client_value,
        cast(null as {{ dbt.type_string() }}) as threshold
    where 1 = 0
    {%- endfor %}
),

-- As the call centre wrote it down; spreadsheets write days their own way.
called as (
    {%- set contacts = [] %}
    {%- for plan in plans %}
    {%- for file in files_at(plan.folder ~ '/contacted.csv') %}
    {%- do contacts.append({'plan': plan, 'file': file}) %}
    {%- endfor %}
    {%- endfor %}
    {%- for one in contacts %}
    select
        '{{ one.plan.asked.campaign }}' as campaign,
        trim(client_id) as client_id,
        case
            when trim(contacted_on) like '__.__.____'
                then
                    substr(trim(contacted_on), 7, 4) || '-' || substr(trim(contacted_on), 4, 2) || '-'
                    || substr(trim(contacted_on), 1, 2)
            else nullif(trim(contacted_on), '')
        end as day_text
    from {{ campaign_texts(one.file, ['client_id', 'contacted_on']) }} as texts
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as campaign,
        cast(null as {{ dbt.type_string() }}) as client_id,
        cast(null as {{ dbt.type_string() }}) as day_text
    where 1 = 0
    {%- endfor %}
),

contacts as (
    select
        campaign,
        client_id,
        min(try_cast(day_text as date)) as contacted_on,
        min(case when try_cast(day_text as date) is null then day_text end) as unreadable_day
    from called
    group by campaign, client_id
),

members as (
    select
        listed.*,
        plans.starts_on,
        plans.ends_on,
        plans.measured_on,
        contacts.contacted_on,
        contacts.unreadable_day,
        (md5(concat_ws('|', listed.campaign, listed.client_key)) <= listed.threshold) = (listed.arm = 'control')
            as split_holds
    from listed
    inner join plans on listed.portfolio = plans.portfolio and listed.campaign = plans.campaign
    left join contacts on listed.campaign = contacts.campaign and listed.client_id = contacts.client_id
),

{% if follows -%}
-- The snapshot that stands for the beginning: the nearest one that holds the client.
nearest as (
    select
        members.campaign,
        members.client_key,
        history.person_key,
        history.snapshot_date as baseline_date,
        row_number() over (
            partition by members.campaign, members.client_key
            order by
                abs({{ dbt.datediff('members.starts_on', 'history.snapshot_date', 'day') }}) asc,
                history.snapshot_date asc
        ) as place
    from members
    inner join {{ ref('client_history') }} as history
        on members.portfolio = history.portfolio and members.client_key = history.client_key
),

followed as (
    select
        members.campaign,
        members.client_key,
        max(nearest.person_key) as person_key,
        max(nearest.baseline_date) as baseline_date,
        max(case when history.snapshot_date = members.measured_on then 1 else 0 end) as is_there,
        max(case when history.is_churned and history.snapshot_date = members.measured_on then 1 else 0 end) as has_churned,
        max(case when history.is_churned then 1 else 0 end) as has_ever_churned
    from members
    inner join nearest
        on members.campaign = nearest.campaign and members.client_key = nearest.client_key and nearest.place = 1
    left join {{ ref('client_history') }} as history
        on
            members.portfolio = history.portfolio
            and nearest.person_key = history.person_key
            and members.starts_on < history.snapshot_date
            and members.measured_on >= history.snapshot_date
    group by members.campaign, members.client_key
),
{%- else -%}
followed as (
    select
        campaign,
        client_key,
        cast(null as {{ dbt.type_string() }}) as person_key,
        cast(null as date) as baseline_date,
        0 as is_there,
        0 as has_churned,
        0 as has_ever_churned
    from members
    where 1 = 0
),
{%- endif %}

-- Who is gone without a word has left or is not known, as a var says; nobody's outcome is looked at before the end.
final as (
    select
        members.portfolio,
        members.campaign,
        members.client_key,
        members.client_id,
        followed.person_key,
        members.arm,
        members.risk_band,
        members.churn_probability,
        members.client_value,
        members.starts_on,
        members.ends_on,
        members.measured_on,
        followed.baseline_date,
        members.contacted_on,
        members.unreadable_day,
        coalesce(members.split_holds, false) as split_holds,
        case
            when members.measured_on is null or followed.client_key is null then null
            when followed.is_there = 1 then followed.has_churned = 1
            when followed.has_ever_churned = 1 then true
            else {{ 'true' if var('disappeared_counts_as_leaving') else 'cast(null as boolean)' }}
        end as has_left,
        members.measured_on is not null
        and followed.client_key is not null
        and followed.is_there = 0
        and followed.has_ever_churned = 0 as has_disappeared,
        {{ data_origin_of('members.portfolio') }} as data_origin
    from members
    left join followed on members.campaign = followed.campaign and members.client_key = followed.client_key
)

select * from final
