{# Of Spark only: the lines of a csv file with their numbers in it, from 1. #}
{% macro numbered_lines(file) %}
    {%- set read -%}
        select
            value as line,
            _metadata.file_block_start as block_start,
            monotonically_increasing_id() as line_id
        from text.{{ adapter.quote(file) }}
    {%- endset -%}
    {%- set select -%}
        (
            select
                in_block.line,
                in_block.line_id - blocks.first_line_id + blocks.lines_before + 1 as source_row_number
            from ({{ read }}) as in_block
            inner join (
                select
                    block_start,
                    min(line_id) as first_line_id,
                    sum(count(*)) over (order by block_start) - count(*) as lines_before
                from ({{ read }}) as lines_of_block
                group by block_start
            ) as blocks on in_block.block_start = blocks.block_start
        ) as numbered
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
