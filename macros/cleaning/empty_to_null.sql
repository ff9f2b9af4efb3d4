{#
  A text as it is meant: without surrounding spaces, without the guard ="…" that keeps Excel from making a number of it, in
  composed letters (й is one sign, not two); null when it is empty or one of the var `missing_markers`.
#}
{% macro empty_to_null(column) -%}
    {%- set text = trimmed(column) -%}
    {%- set bare -%}
        case
            when {{ text }} like '="%"' then {{ trimmed("replace(substr(" ~ text ~ ", 3, length(" ~ text ~ ") - 3), '\"\"', '\"')") }}
            else {{ composed(text) }}
        end
    {%- endset -%}
    {#- Found in a list: of a long `in` DuckDB makes a join, of every column, read or not. -#}
    {%- set markers = ["''"] -%}
    {%- for marker in var('missing_markers') -%}
        {%- do markers.append("'" ~ escape_quotes(marker) ~ "'") -%}
    {%- endfor -%}
    case
        when {{ list_place(list_of(markers), bare) }} is null then {{ bare }}
    end
{%- endmacro %}
