{#
  The products that clients of a bank may hold, or of all banks, as var `portfolios` lists them under holdings; none where the
  bank states no holdings, or states them in a second file that is not given. forms: only of banks that state them so.
#}
{% macro held_products(portfolio=none, forms=none) %}
    {%- set told = extracts_told() -%}
    {%- set products = [] -%}
    {%- for bank in ([portfolio] if portfolio else switched_on_portfolios()) -%}
        {%- set holdings = portfolio_option(bank, 'holdings') or {} -%}
        {%- set is_stated = holdings['form'] != 'file' or (bank | lower not in told['without_holdings'] if told else holdings_location(bank)) -%}
        {%- if is_stated and (not forms or holdings['form'] in forms) -%}
            {%- do products.extend(holdings['products'] | reject('in', products)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(products) }}
{% endmacro %}
