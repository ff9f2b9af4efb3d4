{#
  The share of clients who left, in words for a sentence: where everybody or nobody left, how many they were and what
  the share may be; else per cent.
#}
{% macro churned_share(rate, count, low, high, language) -%}
    {%- set known = format_thousands(count, language) -%}
    {%- set ru = language == 'ru' -%}
    case
        when {{ rate }} >= 1
            then '{{ "ушли все " if ru else "all " }}' || {{ known }} || '{{ " (доля не ниже " if ru else " left (the share is not below " }}'
                || {{ percent_text(low, language, rounded_down=true) }} || ')'
        when {{ rate }} <= 0
            then '{{ "не ушёл никто из " if ru else "none of " }}' || {{ known }} || '{{ " (доля не выше " if ru else " left (the share is not above " }}'
                || {{ percent_text(high, language) }} || ')'
        else {{ percent_text(rate, language) }}
    end
{%- endmacro %}
