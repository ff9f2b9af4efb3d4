-- One row per client × snapshot: what history keeps of each client, under the id of its extract.
{{ kept_by_month() }}
{%- do check_lost_months() %}
{%- set values = supplied_attributes() | rejectattr('is_additional') | map(attribute='name') | list %}
with clients as (
    select * from {{ ref('int_segmented_clients') }}
),

loaded as (
    select
        client_id,
        client_key,
        {%- for name in (values + flow_attributes() + attribute_names('model')) | unique %}
        {{ name }},
        {%- endfor %}
        duplicate_kind is not null as is_id_in_two_cities,
        data_origin,
        portfolio,
        snapshot_date
    from clients
    where {{ is_loading() }}
)

select * from loaded
