{# Stops the build with the first sentence of a relation that has one row per problem. #}
{% macro stop_at_first(problems) %}
    {%- if execute -%}
        {%- set sentences = run_query('select sentence from ' ~ problems ~ ' limit 1').columns[0].values() -%}
        {%- if sentences -%}
            {%- do stop_build(sentences[0]) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
