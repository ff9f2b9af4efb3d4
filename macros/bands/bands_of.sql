{#
  The parts of one band of `attributes` as the seed `bands` lists them, lowest first: band_code, kind, lower_bound,
  upper_bound; those of all that are banded by quantiles stand there under `quantiles`. Read while compiling, so the seed's
  own relation is asked, not ref(): in a unit test that is a CTE of the model.
#}
{% macro bands_of(band) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set rows = run_query(
        'select band_code, kind, lower_bound, upper_bound from ' ~ api.Relation.create(database=target.get('database'), schema=target.schema, identifier='bands')
        ~ " where attribute = '" ~ ('quantiles' if band['bands'] == 'quantiles' else band['made_of']) ~ "' order by band_order"
    ) -%}
    {{ return(rows.rows.values() | list) }}
{% endmacro %}
