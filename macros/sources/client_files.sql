{# The files that a path or glob names, in alphabetical order; stops the build when there is none. #}
{% macro client_files(portfolio, location) %}
    {%- set files = run_query("select file from glob('" ~ escape_quotes(location) ~ "') order by file").columns[0].values() -%}
    {%- if files | length == 0 and data_origin(portfolio) == 'generated' -%}
        {%- do exceptions.raise_compiler_error('No demo data at ' ~ location ~ ': set ' ~ portfolio | upper
            ~ '_CLIENTS to your extract (empty switches the portfolio off), or run `bank_churn demo`, which knows '
            ~ 'metanprom and bank_scrooge.') -%}
    {%- elif files | length == 0 -%}
        {%- do exceptions.raise_compiler_error(portfolio | upper ~ '_CLIENTS: no file at ' ~ location
            ~ '. Give the path or glob of a csv or parquet file.') -%}
    {%- endif -%}
    {%- for file in files if file.lower().endswith(('.xlsx', '.xls', '.ods', '.zip', '.json')) -%}
        {%- do exceptions.raise_compiler_error(file ~ ' is neither csv nor parquet: save it as "CSV UTF-8" first.') -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}
