{# Whether the extract that this run reads of a bank says which products its clients hold: not an earlier month without a second file. #}
{% macro knows_holdings(portfolio) %}
    {{ return(not execute or (portfolio_option(portfolio, 'holdings') or {})['form'] != 'file' or holdings_files(portfolio) | length > 0) }}
{% endmacro %}
