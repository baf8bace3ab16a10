"""Does somebody ask what an enterprise of their own can get? 我们是泸州的白酒厂，能享受什么支持."""

import re
from typing import Final

_OWN: Final = re.compile("我们|咱们?|我司|我公司|我厂|我家|我是|我在|我有|本公司|本企业|本厂|敝公司|自家|俺")
_SUPPORT: Final = "支持|扶持|补贴|补助|奖补|奖励|优惠|政策|福利|项目资金|资金"
_ASKS: Final = re.compile(
    rf"(?:能|可以|可|该|想)[^，。？?]{{0,6}}?(?:享受|申请|申报|争取|拿到?|领到?|得到|获得|沾到?|吃到?)[^，。？?]{{0,4}}?"
    rf"(?:什么|哪些|啥子?|哪样|几样)[^，。？?]{{0,8}}?(?:{_SUPPORT})"
    rf"|(?:^|[，,。；])[^，。]{{0,4}}(?:有|适用)(?:没有)?(?:什么|哪些|啥子?)[^，。？?]{{0,8}}?(?:{_SUPPORT})[^，。？?]{{0,6}}?(?:吗|可以|能|适合|适用|享受|拿|申请|$|？|\?|。)"
    rf"|(?:什么|哪些|啥子?)(?:{_SUPPORT})[^，。？?]{{0,4}}?(?:适合|适用|能用|用得上|轮得到|对得上|可以申请|能申请|能享受|可以享受)"
    rf"|(?:符合|够得上|对得上)(?:什么|哪些|啥子?)[^，。？?]{{0,6}}?(?:{_SUPPORT}|条件)"
)


def asks_for_supports(question: str) -> bool:
    """Whether somebody asks for an enterprise of their own what it can get."""
    return bool(_OWN.search(question) and _ASKS.search(question))
