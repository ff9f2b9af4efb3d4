{# A number as programs write it, or null when the text is not one. #}
{% macro parsed_number(text) -%}
    {{ return(adapter.dispatch('parsed_number', 'bank_churn')(text)) }}
{%- endmacro %}

{# Java takes 12d and 12f for numbers, and does not take 1_000. #}
{% macro default__parsed_number(text) -%}
    case
        when lower(right({{ text }}, 1)) in ('d', 'f') and lower({{ text }}) not like '%inf' then null
        when contains({{ text }}, '_') then try_cast(regexp_replace({{ text }}, '(?<=[0-9])_(?=[0-9])', '') as double)
        else try_cast({{ text }} as double)
    end
{%- endmacro %}

{% macro duckdb__parsed_number(text) -%}
    try_cast({{ text }} as double)
{%- endmacro %}
