{# The names in the marts of whatever is made of one attribute, itself included: bands, measures of portraits. #}
{% macro made_of(name) %}
    {%- set names = [] -%}
    {%- for attribute in client_attributes() if attribute['made_of'] == name -%}
        {%- do names.append(attribute['name']) -%}
        {%- if attribute['kind'] == 'value' -%}
            {%- for measure in [attribute.get('share'), attribute.get('absence_share')] if measure -%}{%- do names.append(measure) -%}{%- endfor -%}
            {%- for ending in ['median', 'q25', 'q75', 'mean'] if attribute['form'] in ['whole_number', 'amount'] -%}
                {%- do names.append(name ~ '_' ~ ending) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
