{#
  The lines of a csv file under its header with their fields (RFC 4180 quotes, except a line break inside quotes).
  The quick split serves lines without a quote; the pattern serves the rest, and what it cannot consume shows as a
  difference in length.
#}
{% macro split_lines(file, separator) %}
    {{ return(adapter.dispatch('split_lines', 'bank_churn')(file, separator)) }}
{% endmacro %}

{% macro duckdb__split_lines(file, separator) %}
    {%- set literal = "'" ~ separator ~ "'" -%}
    {%- set pattern = '( *"(?:[^"]|"")*" *|[^"' ~ '\\' ~ separator ~ ']*)' ~ '\\' ~ separator -%}
    {%- set select -%}
        select
            source_row_number,
            line,
            length(array_to_string(parts, {{ literal }})) = length(line) as is_quoted_well,
            len(parts) as field_count,
            case
                when contains(line, '"') then list_transform(
                    parts,
                    lambda part: case
                        when contains(part, '"')
                            then replace(substr(trim(part), 2, length(trim(part)) - 2), '""', '"')
                        else part
                    end
                )
                else parts
            end as fields
        from (
            select
                source_row_number,
                line,
                case
                    when contains(line, '"') then regexp_extract_all(line || {{ literal }}, '{{ pattern }}', 1)
                    else string_split(line, {{ literal }})
                end as parts
            from (select row_number() over () as source_row_number, line from {{ csv_lines(file) }}) as numbered_lines
            where source_row_number > 1 and trim(line) <> ''
        ) as split_parts
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}

{#
  Spark reads a file in blocks at the same time, so a line's number is its place in its block and the lines of the blocks
  before. Possessive signs in the pattern: a long text in quotes would otherwise fill Java's stack.
#}
{% macro default__split_lines(file, separator) %}
    {%- set literal = "'" ~ separator ~ "'" -%}
    {%- set pattern = '( *+"(?:[^"]++|"")*+" *+|[^"' ~ '\\\\' ~ separator ~ ']*+)' ~ '\\\\' ~ separator -%}
    {%- set select -%}
        select
            source_row_number,
            line,
            length(array_join(parts, {{ literal }})) = length(line) as is_quoted_well,
            size(parts) as field_count,
            case
                when contains(line, '"') then transform(
                    parts,
                    part -> case
                        when contains(part, '"')
                            then replace(substr(trim(part), 2, length(trim(part)) - 2), '""', '"')
                        else part
                    end
                )
                else parts
            end as fields
        from (
            select
                source_row_number,
                line,
                case
                    when contains(line, '"') then regexp_extract_all(line || {{ literal }}, '{{ pattern }}', 1)
                    else split(line, '[{{ separator }}]')
                end as parts
            from {{ numbered_lines(file) }}
            where source_row_number > 1 and {{ trimmed('line') }} <> ''
        ) as split_parts
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
