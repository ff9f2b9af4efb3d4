-- Claim: under every version each client is in exactly one segment, so that segments add up to the portfolio.
with clients as (
    select
        portfolio,
        count(*) as client_count
    from {{ ref('clients') }}
    group by portfolio
),

cells as (
    select * from {{ ref('int_segment_cells') }}
),

placed as (
    {%- for version in segment_versions() %}
    select
        portfolio,
        {{ version }} as segment_version,
        count(segment_v{{ version }}) as client_count
    from {{ ref('int_segmented_clients') }}
    group by portfolio
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    clients.portfolio,
    placed.segment_version,
    clients.client_count,
    placed.client_count as placed_count,
    cells.rule_count
from clients
left join placed on clients.portfolio = placed.portfolio
left join cells on clients.portfolio = cells.portfolio and cells.rule_count <> {{ segment_versions() | length }}
where clients.client_count <> coalesce(placed.client_count, 0) or cells.rule_count is not null
