{#
  The bands of one attribute as the seed `bands` lists them, lowest first: band_code, kind, lower_bound, upper_bound.
  Read while compiling, so the seed's own relation is asked, not ref(): in a unit test that is a CTE of the model.
#}
{% macro bands_of(attribute) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set rows = run_query(
        'select band_code, kind, lower_bound, upper_bound from ' ~ api.Relation.create(database=target.get('database'), schema=target.schema, identifier='bands')
        ~ " where attribute = '" ~ attribute ~ "' order by band_order"
    ) -%}
    {{ return(rows.rows.values() | list) }}
{% endmacro %}
