{#
  Where the second file of a bank is that says who holds which product: what <PORTFOLIO>_HOLDINGS names, beside generated
  clients the generated one, otherwise nothing.
#}
{% macro holdings_location(portfolio) %}
    {%- set location = env_var(portfolio | upper ~ '_HOLDINGS', 'demo') | trim -%}
    {%- if location != 'demo' -%}
        {%- do check_is_no_address(portfolio | upper ~ '_HOLDINGS', location) -%}
        {{ return(location) }}
    {%- endif -%}
    {%- set is_demo = env_var(portfolio | upper ~ '_CLIENTS', 'demo') | trim == 'demo' -%}
    {{ return('data/raw/demo/' ~ portfolio ~ '_holdings_demo.csv' if is_demo else '') }}
{% endmacro %}
