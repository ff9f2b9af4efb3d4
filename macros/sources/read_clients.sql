{#
  The rows of a portfolio's extract as text: source_file, source_row_number, raw_line, row_problem, then `columns`.
  Every file is checked when the model runs; the first problem stops the build with one sentence. The model of a portfolio
  that is switched off is not built.
#}
{% macro read_clients(portfolio, columns) %}
    {%- do config(enabled=portfolio in switched_on_portfolios()) -%}
    {%- set location = portfolio_location(portfolio) -%}
    {%- if not execute -%}
        {{ return(no_clients(columns)) }}
    {%- endif -%}
    {%- set selects = [] -%}
    {%- for file in client_files(portfolio, location) -%}
        {%- set intake = intake_of(portfolio, file) -%}
        {%- do selects.append(read_parquet_clients(portfolio, file, columns) if intake.kind == 'parquet'
            else read_csv_clients(portfolio, file, columns, intake)) -%}
    {%- endfor -%}
    {{ return(selects | join('\nunion all\n')) }}
{% endmacro %}
