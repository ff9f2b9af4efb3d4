{#
  Stops the build in one sentence when the files of one extract have different dates in their names and mostly the same clients: they
  are months, of which all but the first would be rejected as repetitions.
#}
{% macro check_parts_are_no_months(duplicates, unioned) %}
    {%- for portfolio in switched_on_portfolios() if execute and not portfolio_option(portfolio, 'snapshots') -%}
        {%- set days = {} -%}
        {%- for file in files_at(portfolio_location(portfolio)) -%}
            {%- set found = dates_in_name(file) -%}
            {%- if found | length == 1 -%}{%- do days.update({file: found[0]}) -%}{%- endif -%}
        {%- endfor -%}
        {%- if days.values() | unique | list | length > 1 -%}
            {%- set sentences -%}
            (
                select
                    'The files of {{ portfolio }} have different dates in their names and mostly the same clients, such as '
                    || min(rows_of_file.source_file)
                    || ': they are months, not parts of one extract. Say {{ portfolio }}: {snapshots: file_name} under portfolios in dbt_project.yml.'
                    as sentence
                from (
                    select source_file, count(*) as row_count from {{ unioned }}
                    where portfolio = '{{ portfolio }}' group by source_file
                ) as rows_of_file
                inner join (
                    select source_file, count(*) as repeated_count from {{ duplicates }}
                    where portfolio = '{{ portfolio }}' and repeats_file <> source_file group by source_file
                ) as repeated on rows_of_file.source_file = repeated.source_file
                where repeated.repeated_count * 2 > rows_of_file.row_count
                having count(*) > 0
            ) as problems
            {%- endset -%}
            {%- do stop_at_first(sentences) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
