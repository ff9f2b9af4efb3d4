{#
  CTEs `known` and `final`: what was published of a month stays as it was then, unless that month is loaded anew. Takes a CTE
  `dated` with `portfolio` and `snapshot_date`.
#}
{% macro as_first_published() -%}
{% if is_incremental() -%}
known as (
    select distinct
        portfolio,
        snapshot_date
    from {{ this }}
),

{% endif -%}
final as (
    select dated.*
    from dated
    {%- if is_incremental() %}
    left join known on dated.portfolio = known.portfolio and dated.snapshot_date = known.snapshot_date
    where dated.snapshot_date is not null and (known.portfolio is null or {{ is_loading(portfolio='dated.portfolio', day='dated.snapshot_date') }})
    {%- else %}
    where dated.snapshot_date is not null
    {%- endif %}
)
{%- endmacro %}
