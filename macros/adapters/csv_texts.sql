{# The rows under a csv file's header as texts in columns of these names, in the file's order, to be selected from. #}
{% macro csv_texts(file, separator, columns) %}
    {{ return(adapter.dispatch('csv_texts', 'bank_churn')(file, separator, columns)) }}
{% endmacro %}

{# Spark's reader by path takes no options: each line is parsed, and the header falls out by its words. #}
{% macro default__csv_texts(file, separator, columns) %}
    {%- set reader -%}
        (
            select record.* from (
                select from_csv(value, '{{ columns | join(" string, ") }} string', map('sep', '{{ separator }}')) as record
                from text.{{ adapter.quote(file) }}
            ) as parsed
            where lower(trim(replace(record.{{ columns[0] }}, '\ufeff', ''))) <> '{{ columns[0] }}'
        )
    {%- endset -%}
    {{ return(reader) }}
{% endmacro %}

{% macro duckdb__csv_texts(file, separator, columns) %}
    {%- set reader -%}
        read_csv({{ literal_path(file) }}, columns = { {%- for column in columns %}'{{ column }}': 'varchar'{{ ', ' if not loop.last }}{% endfor -%} },
        auto_detect = false, header = true, delim = '{{ separator }}', quote = '"', escape = '"', null_padding = true)
    {%- endset -%}
    {{ return(reader) }}
{% endmacro %}
