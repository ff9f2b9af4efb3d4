{#
  What registered hypotheses compare by rank client by client: every continuous metric, and any number among the clients
  of a filter, a condition on the relation `clients`. Read while compiling, so that no other attribute is scanned.
#}
{% macro exactly_ranked() %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set continuous = attribute_names('metric', ['amount']) -%}
    {%- set found = run_query(
        "select distinct metric, group_attribute, coalesce(filter, 'none') from "
        ~ api.Relation.create(database=target.get('database'), schema=target.schema, identifier='hypotheses')
        ~ " where metric in ('" ~ continuous | join("', '") ~ "')"
        ~ " or metric in ('" ~ attribute_names('metric', ['whole_number']) | join("', '") ~ "') and filter is not null order by 1, 2, 3"
    ) -%}
    {%- set comparisons = [] -%}
    {%- for metric, group_attribute, filter in found.rows.values() -%}
        {%- set attribute, _, value = filter.partition('=') -%}
        {%- set text = dbt.string_literal(dbt.escape_single_quotes(value | trim)) -%}
        {%- set is_chosen = 'cast(clients.' ~ (attribute | trim) ~ ' as ' ~ dbt.type_string() ~ ') = ' ~ text -%}
        {%- do comparisons.append({
            'metric': metric,
            'group_attribute': group_attribute,
            'filter': filter,
            'condition': 'true' if filter == 'none' else is_chosen,
        }) -%}
    {%- endfor -%}
    {{ return(comparisons) }}
{% endmacro %}
