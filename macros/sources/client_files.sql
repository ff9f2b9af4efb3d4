{#
  The files that a path or glob names, in alphabetical order; stops the build when there is none. A path that exists as
  it is written is one file, whatever signs its name holds.
#}
{% macro client_files(portfolio, location) %}
    {%- set files = files_at(location) -%}
    {%- if not files and location == demo_location(portfolio) -%}
        {%- do stop_build('No demo data at ' ~ location ~ ': set ' ~ portfolio | upper
            ~ '_CLIENTS to your extract (empty switches the portfolio off), or run `bank_churn demo`, which knows '
            ~ 'metanprom and bank_scrooge.') -%}
    {%- elif not files -%}
        {%- do stop_build(portfolio | upper ~ '_CLIENTS: no file at ' ~ location
            ~ '. Give the path of a file or folder, or a glob.') -%}
    {%- endif -%}
    {%- for file in files
        if file.lower().endswith(('.xlsx', '.xls', '.ods', '.zip', '.json')) and not intake_of(portfolio, file).is_known -%}
        {%- do stop_build(file ~ ' is neither csv nor parquet: `bank_churn build` reads .xlsx, '
            ~ 'plain dbt does not; or save it as "CSV UTF-8".') -%}
    {%- endfor -%}
    {#- Those of one day were found one by one; Spark names a folder as a whole. #}
    {{ return(snapshot_of(portfolio).get('files') or files) }}
{% endmacro %}
