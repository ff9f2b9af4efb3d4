{# A column of `clients`, as `client_attributes` describes it, from the checked rows and the bounds of bands. #}
{% macro client_column(attribute) -%}
    {%- set number = 'checked.' ~ attribute.made_of ~ '_number' -%}
    {%- if attribute.kind == 'band' -%}
    {{ band_case(attribute, number, 'bounds') }}
    {%- elif attribute.kind == 'presence' -%}
    case when not {{ lacks_column('checked.portfolio', attribute.made_of) }} then {{ number }} is not null end
    {%- elif attribute.form == 'whole_number' -%}
    cast({{ number }} as integer)
    {%- elif attribute.form == 'amount' -%}
    {{ number }}
    {%- else -%}
    checked.{{ attribute.name ~ '_flag' if attribute.form == 'yes_no' else 'known_' ~ attribute.name }}
    {%- endif %} as {{ attribute.name }}
{%- endmacro %}
