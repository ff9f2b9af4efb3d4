{# Stops the build, in one sentence, when a line of a file was found that is not UTF-8 text. #}
{% macro stop_at_unreadable(line_number, name) %}
    {%- if line_number -%}
        {%- do stop_build(name ~ ', line ' ~ line_number ~ ': not UTF-8 text. Save the file as '
            ~ '"CSV UTF-8", or let `bank_churn build` read it, which knows windows-1251 and UTF-16.') -%}
    {%- endif -%}
{% endmacro %}
