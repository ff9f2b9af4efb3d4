{#
  A churn rate as a sentence fragment that claims no more than the counts allow: all of 60 clients left reads "not below
  94 %", and a small group reads "too few clients". The columns client_count, churned_count, churn_rate, ci_low and
  ci_high are read from `relation`, or from the only one when it is ''. `searched_bound` is the lower bound of a group
  that was found by looking at many, null for others: it is said in place of the interval, which knows nothing of the search.
#}
{% macro churn_reading(relation, language, searched_bound=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- set ru = language == 'ru' -%}
    {%- set churned = format_thousands(prefix ~ 'churned_count', language) -%}
    {%- set known = format_thousands(prefix ~ 'client_count', language) -%}
    {%- set ends_in_one = 'mod(' ~ prefix ~ 'churned_count, 10) = 1 and mod(' ~ prefix ~ 'churned_count, 100) <> 11' -%}
    {%- set left = "case when " ~ ends_in_one ~ " then 'ушёл ' else 'ушли ' end || " if ru else '' -%}
    {%- set lowest = 'coalesce(' ~ searched_bound ~ ', ' ~ prefix ~ 'ci_low)' if searched_bound else prefix ~ 'ci_low' -%}
    {%- set low = percent_text(lowest, language) -%}
    {%- set at_least = percent_text(lowest, language, rounded_down=true) -%}
    {%- set surely = ' (с вероятностью 95 %)' if ru else ' (95% confidence)' -%}
    {%- set high = percent_text(prefix ~ 'ci_high', language) -%}
    case
        when coalesce({{ prefix }}client_count, 0) = 0
            then '{{ "нет клиентов с известным оттоком" if ru else "no clients whose churn is known" }}'
        when {{ prefix }}client_count < {{ var('small_group_size') }}
            then '{{ "слишком мало клиентов для вывода: " if ru else "too few clients for a conclusion: " }}' || {{ left }}{{ churned }}
                || '{{ " из " if ru else " of " }}' || {{ known }}{{ "" if ru else " || ' left'" }}
        when {{ prefix }}churned_count = {{ prefix }}client_count
            then '{{ "ушли все " if ru else "all " }}' || {{ known }} || '{{ "; доля оттока не ниже " if ru else " left; the churn rate is not below " }}' || {{ at_least }} || '{{ surely }}'
        when {{ prefix }}churned_count = 0
            then '{{ "не ушёл никто из " if ru else "none of " }}' || {{ known }} || '{{ "; доля оттока не выше " if ru else " left; the churn rate is not above " }}' || {{ high }} || '{{ surely }}'
        {%- if searched_bound %}
        when {{ searched_bound }} is not null
            then {{ left }}{{ churned }} || '{{ " из " if ru else " of " }}' || {{ known }} || '{{ ": " if ru else " left: " }}'
                || {{ percent_text(prefix ~ 'churn_rate', language) }}
                || '{{ "; с учётом перебора групп не меньше " if ru else "; given how many groups were looked at, at least " }}'
                || {{ at_least }} || '{{ surely }}'
        {%- endif %}
        else
            {{ left }}{{ churned }} || '{{ " из " if ru else " of " }}' || {{ known }} || '{{ ": " if ru else " left: " }}'
            || {{ percent_text(prefix ~ 'churn_rate', language) }} || '{{ " (от " if ru else " (" }}' || {{ low }}
            || '{{ " до " if ru else " to " }}' || {{ high }} || ')'
    end
{%- endmacro %}
