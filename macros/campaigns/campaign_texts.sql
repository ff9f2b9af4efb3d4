{# The rows of a file of a campaign as texts, to be selected from; the build stops where its columns are not these. #}
{% macro campaign_texts(file, columns) %}
    {%- set header = csv_header(file) -%}
    {%- if header.columns | map('lower') | list != columns -%}
        {%- do stop_build(file ~ ' has the columns ' ~ header.columns | join(', ') ~ '; it must have ' ~ columns | join(', ')
            ~ ', in this order.') -%}
    {%- endif -%}
    {{ return(csv_texts(file, header.separator, columns)) }}
{% endmacro %}
