{# A spelling in the form the reference seeds are written in: lower case, е for ё, a space for a hyphen. #}
{% macro normalise_spelling(column) -%}
    replace(replace(lower(trim({{ column }})), 'ё', 'е'), '-', ' ')
{%- endmacro %}
