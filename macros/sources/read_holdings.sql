{#
  The rows of the second file of a bank, which client holds which product, as `read_clients` gives those of its extract:
  source_file, source_row_number, raw_line, row_problem, then `columns`. No row where no such file is given, or none of this month.
#}
{% macro read_holdings(portfolio, columns) %}
    {%- do config(enabled=portfolio in switched_on_portfolios()) -%}
    {#- Plain dbt keeps what it reads while parsing: an address stops it before. -#}
    {%- set location = holdings_location(portfolio) if execute or not extracts_told() -%}
    {%- if not execute or not location -%}
        {{ return(no_clients(columns)) }}
    {%- endif -%}
    {%- set files = files_at(location) -%}
    {%- if not files and location == 'data/raw/demo/' ~ portfolio ~ '_holdings_demo.csv' -%}
        {%- do stop_build('No demo data at ' ~ location ~ ': run `bank_churn demo`, or set ' ~ portfolio | upper ~ '_HOLDINGS to nothing.') -%}
    {%- elif not files -%}
        {%- do stop_build(portfolio | upper ~ '_HOLDINGS: no file at ' ~ location ~ '. Give the path of a file or folder, or a glob; '
            ~ 'set it to nothing where nobody says which products clients hold.') -%}
    {%- endif -%}
    {%- set selects = [] -%}
    {%- for file in holdings_files(portfolio) -%}
        {%- set intake = intake_of(portfolio, file) -%}
        {%- do selects.append(read_parquet_clients(portfolio, file, columns) if intake.kind == 'parquet'
            else read_csv_clients(portfolio, file, columns, intake)) -%}
    {%- endfor -%}
    {{ return(selects | join('\nunion all\n') if selects else no_clients(columns)) }}
{% endmacro %}
