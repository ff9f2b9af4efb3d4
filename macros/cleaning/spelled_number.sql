{# A number from a text that holds nothing else, see `to_number`. #}
{% macro spelled_number(column, portfolio) -%}
    {%- set spaces = [' ', '\u00a0', '\u2007', '\u2009', '\u202f'] -%}
    {%- set stripped = namespace(text=column) -%}
    {%- for space in spaces -%}
        {%- set stripped.text = 'replace(' ~ stripped.text ~ ", '" ~ space ~ "', '')" -%}
    {%- endfor -%}
    {%- set commas = {',': [], '.': []} -%}
    {%- for name, format in var('formats', {}).items() if format.get('decimal') in commas -%}
        {%- do commas[format.decimal].append("'" ~ escape_quotes(name) ~ "'") -%}
    {%- endfor -%}
    coalesce(
        {{ parsed_number(column) }},
        case
            {%- if commas['.'] %}
            when
                {{ portfolio }} in ({{ commas['.'] | join(', ') }})
                and ({{ column }} like '%,___' or {{ column }} like '%,___.%')
                then {{ parsed_number('replace(' ~ stripped.text ~ ", ',', '')") }}
            {%- endif %}
            when {{ column }} not like '%,___'
            {%- if commas[','] %} or {{ portfolio }} in ({{ commas[','] | join(', ') }}){% endif %}
                then {{ parsed_number('replace(' ~ stripped.text ~ ", ',', '.')") }}
        end
    )
{%- endmacro %}
