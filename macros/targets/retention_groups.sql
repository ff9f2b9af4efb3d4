{#
  The rows of `int_group_offers` in the order of their places, read while compiling: portfolio, group_code, name_ru,
  name_en, rule_sql and recommendation_order, texts as SQL literals.
#}
{% macro retention_groups() %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set relation = api.Relation.create(database=target.get('database'), schema=target.schema, identifier='int_group_offers') -%}
    {%- set groups = [] -%}
    {%- for row in run_query('select * from ' ~ relation ~ ' order by portfolio, place').rows -%}
        {%- do groups.append({
            'portfolio': "'" ~ row['portfolio'] ~ "'",
            'condition': "portfolio = '" ~ row['portfolio'] ~ "' and " ~ escape_backslashes(row['rule_sql']),
            'group_code': "'" ~ escape_quotes(row['group_code']) ~ "'",
            'name_ru': "'" ~ escape_quotes(row['name_ru']) ~ "'",
            'name_en': "'" ~ escape_quotes(row['name_en']) ~ "'",
            'recommendation_order': row['recommendation_order'],
        }) -%}
    {%- endfor -%}
    {{ return(groups) }}
{% endmacro %}
