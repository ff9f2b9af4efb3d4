-- One row per portfolio × snapshot × attribute × value: clients, those with a known churn, and the churned among them; kept, so that
-- no trend reads clients of all months again. Amounts and scores stand in steps of a fixed width beside their quarters, which
-- move with the data.
{{ kept_by_month() }}
{%- set names = attribute_names('rates') %}
{%- for version in segment_versions() %}{% do names.append('segment_v' ~ version) %}{% endfor %}
{%- set columns = {'all': "'all'", 'id_in_two_cities': "case when duplicate_kind is not null then 'true' else 'false' end"} %}
{%- for name in names %}{% do columns.update({name: group_text(name)}) %}{% endfor %}
{%- for attribute in supplied_attributes(['whole_number', 'amount']) if attribute.bands == 'quantiles' %}
{%- do columns.update({attribute.name: step_of(attribute)}) %}
{%- endfor %}
with clients as (
    select * from {{ ref('int_segmented_clients') }}
    where {{ is_loading() }}
),

counted as (
    {%- for name, value in columns.items() %}
    select
        '{{ name }}' as attribute,
        {{ value }} as attribute_value,
        cast(count(*) as bigint) as client_count,
        cast(count(is_churned) as bigint) as known_churn_count,
        cast(count(*) filter (where is_churned) as bigint) as churned_count,
        portfolio,
        snapshot_date
    from clients
    group by portfolio, snapshot_date{{ ', ' ~ value if name != 'all' }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted
