-- One row per portfolio × set of offers, which stand beside each other, so that no client is multiplied by them: what
-- each keeps and costs, and for those without a limit how they rank among equals.
-- sqlfluff:exclude_rules:layout.indent
-- depends_on: {{ ref('offers') }}
{{ config(materialized='table') }}
{%- set orders = offer_orders() %}

select
    portfolio,
    offer_set,
    max(case when monthly_capacity is null then 1 else 0 end) = 1 as has_open,
    {%- for order in orders %}
    max(case when offer_order = {{ order }} then kept_share end) as kept_share_{{ order }},
    max(case when offer_order = {{ order }} then contact_cost end) as contact_cost_{{ order }},
    max(case when offer_order = {{ order }} and monthly_capacity is null then {{ 999 - order }} end)
        as open_{{ order }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_offer_sets') }}
group by portfolio, offer_set
