{# A text without the spaces around it, of whatever width; tabs stay. #}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed', 'bank_churn')(text)) }}
{%- endmacro %}

{# Spark trims the plain space only, unless it is given the others. #}
{% macro default__trimmed(text) -%}
    {%- set spaces = ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000' -%}
    trim(both '{{ spaces }}' from {{ text }})
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    trim({{ text }})
{%- endmacro %}
