{# What a bank's extract supplies of each client: the attributes of kind value, of some forms, additional ones last. #}
{% macro supplied_attributes(forms=none) %}
    {{ return(client_attributes(forms=forms) | selectattr('kind', 'equalto', 'value') | list) }}
{% endmacro %}
