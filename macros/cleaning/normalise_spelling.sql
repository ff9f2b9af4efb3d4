{# A spelling in the form the reference seeds are written in: lower case, е for ё, one space for hyphens and spaces. #}
{% macro normalise_spelling(column) -%}
    replace(replace(replace(replace(lower({{ trimmed(column) }}), 'ё', 'е'), '-', ' '), '  ', ' '), '  ', ' ')
{%- endmacro %}
