{# Stops the build in one sentence when what var `portfolios` says of a bank's holdings means nothing. #}
{% macro check_holdings(portfolio) %}
    {%- set holdings = portfolio_option(portfolio, 'holdings') -%}
    {%- if holdings and (holdings is not mapping or holdings | list | sort != ['form', 'products'] or holdings['products'] is string
        or holdings['form'] not in ['flags', 'list', 'file']) -%}
        {%- do stop_build('portfolios: ' ~ portfolio ~ ': holdings must say a form (flags, list or file) and products, such as '
            ~ '{form: list, products: [deposit, credit_card]}.') -%}
    {%- endif -%}
    {%- for product in holdings['products'] or [] if holdings and not modules.re.fullmatch('[a-z][a-z0-9_]{1,33}', product | string) -%}
        {%- do stop_build('portfolios: ' ~ portfolio ~ ': holdings has the product "' ~ product ~ '"; a code of seeds/products.csv is small '
            ~ 'Latin letters, digits and _.') -%}
    {%- endfor -%}
    {%- set counted = portfolio_option(portfolio, 'product_count') -%}
    {%- if counted and (counted != 'holdings' or not holdings or 'product_count' in portfolio_option(portfolio, 'without')) -%}
        {%- do stop_build('portfolios: ' ~ portfolio ~ ': product_count may say holdings, where the bank has holdings and product_count is not '
            ~ 'under without; nothing else is understood.') -%}
    {%- endif -%}
{% endmacro %}
