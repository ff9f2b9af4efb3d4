{#
  The named steps that score one portfolio's clients; the last is <portfolio>_scored. A key orders contributions and
  carries the cell, so that the three greatest keys are the three reasons. `of_states`: as in `place_in_grids`.
#}
{% macro score_portfolio(portfolio, layout, of_states=false) -%}
{%- set numbers = layout['terms'] | map(attribute='number') | list -%}
{%- set grids = [] -%}
{%- for feature in layout['features'] -%}
    {%- do grids.append('cast(' ~ feature['name'] ~ '_grid as integer)') -%}
{%- endfor -%}
{{ place_in_grids(portfolio, layout, of_states) }},

{{ terms_of_grids(portfolio, layout, portfolio ~ '_grids') }},

{{ portfolio }}_keys as (
    select
        {%- for number in numbers %}
        term_{{ number }} * 100000 + cell_{{ number }} as key_{{ number }},
        {%- endfor %}
        *
    from {{ portfolio }}_terms
),

{{ greatest_keys(portfolio, numbers) }}

{{ portfolio }}_scored as (
    select
        portfolio,
        client_key,
        is_churned,
        band_factor,
        fold,
        {{ list_of(grids) }} as grids,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }} as reason_{{ place }}_cell,
        {%- endfor %}
        intercept_e12{% for number in numbers %} + term_{{ number }}{% endfor %} as log_odds_e12
    from {{ portfolio }}_reasons
)
{%- endmacro %}
