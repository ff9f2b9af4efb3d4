{# A text that begins with a capital letter, as a sentence does. #}
{% macro capitalised(text) -%}
    upper(substr({{ text }}, 1, 1)) || substr({{ text }}, 2)
{%- endmacro %}
