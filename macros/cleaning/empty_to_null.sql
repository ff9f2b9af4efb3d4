{# A text without surrounding spaces; null when it is empty or one of the var `missing_markers`. #}
{% macro empty_to_null(column) -%}
    case
        when {{ trimmed(column) }} not in ('', '{{ var("missing_markers") | map("replace", "'", "''") | join("', '") }}') then {{ trimmed(column) }}
    end
{%- endmacro %}
