{#
  The pairs of continuous metric and grouping attribute that registered hypotheses compare by rank: only these are
  ranked client by client. Read while compiling, so that no other attribute is scanned.
#}
{% macro registered_continuous() %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set pairs = run_query(
        'select distinct metric, group_attribute from '
        ~ api.Relation.create(database=target.database, schema=target.schema, identifier='hypotheses')
        ~ " where metric in ('" ~ statistics_metrics('continuous') | join("', '") ~ "') order by metric, group_attribute"
    ) -%}
    {{ return(pairs.rows.values() | list) }}
{% endmacro %}
