{# The names of the attributes that banks supply beyond the columns of `clients`, as var `portfolios` declares them: of one bank, or of all. #}
{% macro additional_attributes(portfolio=none) %}
    {{ return(additional_declarations(portfolio) | list) }}
{% endmacro %}
