{# The field separator and the column names of a csv file, read from its first line. #}
{% macro csv_header(file) %}
    {%- set line = run_query('select line from ' ~ csv_lines(file) ~ ' limit 1').columns[0].values() | first -%}
    {%- if not line -%}
        {%- do exceptions.raise_compiler_error(file ~ ' is empty: the first line must hold the column names.') -%}
    {%- endif -%}
    {%- set separators = [',', ';', '\t', '|'] -%}
    {%- set best = namespace(separator=',') -%}
    {%- set unquoted = modules.re.sub('"[^"]*"', '', line) -%}
    {%- for separator in separators if unquoted.count(separator) > unquoted.count(best.separator) -%}
        {%- set best.separator = separator -%}
    {%- endfor -%}
    {%- set field = '("[^"]*"|[^"' ~ best.separator ~ ']*)' ~ modules.re.escape(best.separator) -%}
    {%- set names = [] -%}
    {%- for name in modules.re.findall(field, line ~ best.separator) -%}
        {%- do names.append(name.strip().strip('"').strip()) -%}
    {%- endfor -%}
    {{ return({'separator': best.separator, 'columns': names}) }}
{% endmacro %}
