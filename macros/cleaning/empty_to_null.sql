{# A text without surrounding spaces; null when it is empty or one of the var `missing_markers`. #}
{% macro empty_to_null(column) -%}
    case
        when trim({{ column }}) not in ('', '{{ var("missing_markers") | map("replace", "'", "''") | join("', '") }}') then trim({{ column }})
    end
{%- endmacro %}
