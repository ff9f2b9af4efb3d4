{# The bands of one attribute as the seed `bands` lists them, lowest first: band_code, kind, lower_bound, upper_bound. #}
{% macro bands_of(attribute) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set rows = run_query(
        'select band_code, kind, lower_bound, upper_bound from ' ~ ref('bands')
        ~ " where attribute = '" ~ attribute ~ "' order by band_order"
    ) -%}
    {{ return(rows.rows.values() | list) }}
{% endmacro %}
